#!/bin/sh
# Says why tests were skipped, which ctest does not. It runs this after all tests, in the build's folder, before it
# renames the log.
log=Testing/Temporary/LastTest.log
[ ! -e $log.tmp ] || log=$log.tmp
awk '/^[0-9]+\/[0-9]+ Testing: / { name = $3 }
     reason { print "skipped: " name ": " $0; reason = 0 }
     /: Skipped$/ { reason = 1 }' $log
