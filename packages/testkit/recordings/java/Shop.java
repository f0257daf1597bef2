import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.logging.Logger;

/** The same shop on the server of the JDK, under OpenTelemetry's agent. */
public final class Shop {
  private static final Logger LOGGER = Logger.getLogger("shop");

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/login", exchange -> {
      LOGGER.warning("wrong password");
      answer(exchange, 401, "{\"error\":\"wrong password\"}");
    });
    server.createContext("/search", exchange -> answer(exchange, 200, "{\"results\":[]}"));
    server.createContext("/admin", exchange -> answer(exchange, 200, "<h1>Admin</h1>"));
    server.start();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.sendResponseHeaders(status, body.length());
    exchange.getResponseBody().write(body.getBytes());
    exchange.close();
  }
}
