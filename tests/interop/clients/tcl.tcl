# pulsar's frames are what Tcl's binary format makes of I and a length.
proc payload {number} {
    string range $::content $number [expr {$number + 100000 * $number / 99 - 1}]
}

proc write_frame {payload} {
    puts -nonewline $::socket [binary format I [string length $payload]]$payload
    flush $::socket
}

proc read_exactly {count} {
    set bytes {}
    while {[string length $bytes] < $count} {
        append bytes [read $::socket [expr {$count - [string length $bytes]}]]
        if {[eof $::socket]} { error "the server has closed" }
        if {[string length $bytes] < $count} yield
    }
    return $bytes
}

proc read_frame {} {
    binary scan [read_exactly 4] Iu length
    read_exactly $length
}

# Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours.
proc pipeline {} {
    for {set sent 0} {$sent < 50} {incr sent} { write_frame [payload $sent] }
    for {set echoes 0} {$echoes < 100} {} {
        set frame [read_frame]
        if {$frame ne "HEARTBEAT"} {
            if {$frame ne [payload $echoes]} { error "wrong echo $echoes" }
            incr echoes
        } elseif {$echoes == $sent} {
            for {} {$sent < 100} {incr sent} { write_frame [payload $sent] }
            close $::socket write
        }
    }
    while {[read $::socket 1] eq {} && ![eof $::socket]} yield
    if {![eof $::socket]} { error "a byte after the last echo" }
}

# Prints the microseconds of each of 100 round trips.
proc ping-pong {} {
    for {set i 0} {$i < 100} {incr i} {
        set begun [clock microseconds]
        write_frame ping
        if {[read_frame] ne "ping"} { error "wrong echo" }
        puts [expr {[clock microseconds] - $begun}]
    }
}

lassign $argv host port what
for {set byte 0} {$byte < 251} {incr byte} { append content [binary format c $byte] }
set content [string repeat $content 400]
set socket [socket $host $port]
chan configure $socket -blocking 0 -translation binary
proc bgerror {message} { puts stderr $message; exit 1 }
chan event $socket readable main
after 0 { coroutine main apply {{} { $::what; set ::done 1 }} }
vwait done
