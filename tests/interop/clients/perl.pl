# pulsar's frames are what Perl's pack calls "N/a*".
use strict;
use warnings;
use IO::Socket::INET;
use Time::HiRes 'time';

my ($host, $port, $what) = @ARGV;
my $socket = IO::Socket::INET->new(PeerHost => $host, PeerPort => $port) or die $@;
my $content = pack('C*', 0 .. 250) x 400;

sub payload { substr $content, $_[0], int(100_000 * $_[0] / 99) }

sub write_frame { print {$socket} pack 'N/a*', $_[0] or die "write: $!" }

sub read_exactly {
    my $got = read $socket, my $bytes, $_[0];
    defined $got && $got == $_[0] ? $bytes : die "the server has closed\n";
}

sub read_frame { read_exactly(unpack 'N', read_exactly(4)) }

# Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours.
sub pipeline {
    pipe my $heard, my $tell or die "pipe: $!";
    defined(my $writer = fork) or die "fork: $!";
    if (!$writer) {
        close $tell;
        write_frame(payload($_)) for 0 .. 49;
        sysread $heard, my $heartbeat, 1;
        write_frame(payload($_)) for 50 .. 99;
        $socket->shutdown(1);
        exit;
    }
    for (my $echoes = 0; $echoes < 100;) {
        my $frame = read_frame();
        if ($frame eq payload($echoes)) {
            $echoes++;
        } elsif ($frame ne 'HEARTBEAT') {
            die "wrong echo $echoes\n";
        } elsif ($echoes == 50) {
            syswrite $tell, '.';
        }
    }
    read($socket, my $more, 1) and die "a byte after the last echo\n";
}

# Prints the microseconds of each of 100 round trips.
sub ping_pong {
    for (1 .. 100) {
        my $begun = time;
        write_frame('ping');
        read_frame() eq 'ping' or die "wrong echo\n";
        printf "%d\n", 1e6 * (time - $begun);
    }
}

$what eq 'pipeline' ? pipeline() : ping_pong();
