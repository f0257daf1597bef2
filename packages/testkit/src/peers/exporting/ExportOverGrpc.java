import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.concurrent.TimeUnit;

/** Exports 100 spans, 100 log records and a counter over OTLP/gRPC as OpenTelemetry Java does, and ends. */
public final class ExportOverGrpc {
  private static final int ITEMS = 100;

  public static void main(String[] arguments) {
    OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
    Tracer tracer = sdk.getTracer("exporting");
    Logger logger = sdk.getLogsBridge().get("exporting");
    for (int index = 0; index < ITEMS; index++) {
      tracer.spanBuilder("span-" + index).setAttribute("index", (long) index).startSpan().end();
      logger.logRecordBuilder().setBody("log-" + index).emit();
    }
    sdk.getMeter("exporting").counterBuilder("items").build().add(ITEMS);
    sdk.shutdown().join(60, TimeUnit.SECONDS);
  }
}
