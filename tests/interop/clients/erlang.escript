#!/usr/bin/env escript
%% pulsar's frames are those of gen_tcp's option {packet, 4}.

main([Host, Port, What]) ->
    {ok, Socket} = gen_tcp:connect(Host, list_to_integer(Port),
                                   [binary, {packet, 4}, {active, false}]),
    case What of
        "pipeline" -> pipeline(Socket);
        "ping-pong" -> ping_pong(Socket)
    end.

payload(Number) ->
    Content = binary:copy(list_to_binary(lists:seq(0, 250)), 400),
    binary:part(Content, Number, 100000 * Number div 99).

%% Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours.
pipeline(Socket) ->
    Writer = spawn_link(fun() ->
        [ok = gen_tcp:send(Socket, payload(Number)) || Number <- lists:seq(0, 49)],
        receive heartbeat -> ok end,
        [ok = gen_tcp:send(Socket, payload(Number)) || Number <- lists:seq(50, 99)],
        ok = gen_tcp:shutdown(Socket, write)
    end),
    check(Socket, Writer, 0).

check(Socket, _, 100) ->
    {error, closed} = gen_tcp:recv(Socket, 0);
check(Socket, Writer, Echoes) ->
    Echo = payload(Echoes),
    case gen_tcp:recv(Socket, 0) of
        {ok, Echo} ->
            check(Socket, Writer, Echoes + 1);
        {ok, <<"HEARTBEAT">>} ->
            [Writer ! heartbeat || Echoes =:= 50],
            check(Socket, Writer, Echoes)
    end.

%% Prints the microseconds of each of 100 round trips.
ping_pong(Socket) ->
    Round = fun(_) ->
        ok = gen_tcp:send(Socket, "ping"),
        {ok, <<"ping">>} = gen_tcp:recv(Socket, 0)
    end,
    [io:format("~b~n", [element(1, timer:tc(Round, [Trip]))]) || Trip <- lists:seq(1, 100)].
