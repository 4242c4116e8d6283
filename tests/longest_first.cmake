# ctest reads this. The longest tests start first: at the end, each would be waited for alone. ctest learns that by
# itself, but only in a folder where they have run before.
set_tests_properties(interop.RestartBehindHaproxy.LosesNothing
                     system.Of/PageTranscripts.ShowWhatHappens/src_bench_README
                     chaos.Soak.EveryStreamIsRightToTheLastByteAndNothingIsLeftBehind
                     interop.RestartBehindHaproxy.LosesNoFrameOfALongPipeline
                     system.Of/PageTranscripts.ShowWhatHappens/README PROPERTIES COST 100)
