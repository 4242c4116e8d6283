// pulsar's frames are what DataOutputStream and DataInputStream make of an int and its bytes.
import java.io.*;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

class Streams {
    static DataOutputStream out;
    static DataInputStream in;

    static byte[] payload(int number) {
        byte[] content = new byte[100_000 * number / 99];
        for (int i = 0; i < content.length; i++) content[i] = (byte) ((number + i) % 251);
        return content;
    }

    static void writeFrame(byte[] payload) throws IOException {
        out.writeInt(payload.length);
        out.write(payload);
    }

    static byte[] readFrame() throws IOException {
        return in.readNBytes(in.readInt());
    }

    /** Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours. */
    static void pipeline(Socket socket) throws IOException {
        Semaphore heard = new Semaphore(0);
        Thread writer = new Thread(() -> {
            try {
                for (int number = 0; number < 100; number++) {
                    if (number == 50) heard.acquire();
                    writeFrame(payload(number));
                }
                socket.shutdownOutput();
            } catch (Exception error) {
                throw new IllegalStateException(error);
            }
        });
        writer.setDaemon(true);
        writer.start();
        for (int echoes = 0; echoes < 100;) {
            byte[] frame = readFrame();
            if (Arrays.equals(frame, payload(echoes))) echoes++;
            else if (!new String(frame).equals("HEARTBEAT")) throw new IOException("wrong echo " + echoes);
            else if (echoes == 50) heard.release();
        }
        if (in.read() != -1) throw new IOException("a byte after the last echo");
    }

    /** Prints the microseconds of each of 100 round trips. */
    static void pingPong() throws IOException {
        for (int i = 0; i < 100; i++) {
            long begun = System.nanoTime();
            writeFrame("ping".getBytes());
            if (!new String(readFrame()).equals("ping")) throw new IOException("wrong echo");
            System.out.println((System.nanoTime() - begun) / 1000);
        }
    }

    public static void main(String[] arguments) throws IOException {
        try (Socket socket = new Socket(arguments[0], Integer.parseInt(arguments[1]))) {
            out = new DataOutputStream(socket.getOutputStream());
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            if (arguments[2].equals("pipeline")) pipeline(socket);
            else pingPong();
        }
    }
}
