// pulsar's frames in Go: encoding/binary's BigEndian and io.ReadFull.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func payload(number int) string {
	content := make([]byte, 100_000*number/99)
	for i := range content {
		content[i] = byte((number + i) % 251)
	}
	return string(content)
}

func writeFrame(w io.Writer, payload string) {
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	must(w.Write(append(frame, payload...)))
}

func readFrame(r io.Reader) string {
	length := make([]byte, 4)
	must(io.ReadFull(r, length))
	payload := make([]byte, binary.BigEndian.Uint32(length))
	must(io.ReadFull(r, payload))
	return string(payload)
}

// pipeline checks 100 frames, 50 at a time with a heartbeat between, and the end after ours.
func pipeline(conn *net.TCPConn) {
	heard := make(chan bool, 100)
	go func() {
		for number := 0; number < 100; number++ {
			if number == 50 {
				<-heard
			}
			writeFrame(conn, payload(number))
		}
		conn.CloseWrite()
	}()
	for echoes := 0; echoes < 100; {
		if frame := readFrame(conn); frame == payload(echoes) {
			echoes++
		} else if frame != "HEARTBEAT" {
			log.Fatal("wrong echo ", echoes)
		} else if echoes == 50 {
			heard <- true
		}
	}
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
		log.Fatal("no end after the last echo")
	}
}

// pingPong prints the microseconds of each of 100 round trips.
func pingPong(conn *net.TCPConn) {
	for i := 0; i < 100; i++ {
		begun := time.Now()
		writeFrame(conn, "ping")
		if readFrame(conn) != "ping" {
			log.Fatal("wrong echo")
		}
		fmt.Println(time.Since(begun).Microseconds())
	}
}

func main() {
	conn := must(net.Dial("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))).(*net.TCPConn)
	if os.Args[3] == "pipeline" {
		pipeline(conn)
	} else {
		pingPong(conn)
	}
}
