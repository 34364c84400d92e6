package io.hsaw.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address. */
public final class LoopbackPorts {

    /**
     * Free ports are sought below those that systems hand out to outgoing connections, so that none of these takes one
     * between the search and the broker's start, or while the broker is stopped for a while.
     */
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private LoopbackPorts() {
    }

    /** Whether a server could listen on the port now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * A port that is free now.
     *
     * @param except a port not to return
     * @throws BrokerStartException if there is none
     */
    public static int findFree(int except) throws BrokerStartException {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (port != except && isFree(port)) {
                return port;
            }
        }
        throw new BrokerStartException("No free port was found between " + FIRST + " and " + LAST
                + " on the loopback address. Choose one by --port.", null);
    }
}
