// The same shop on Go's own server, under OpenTelemetry Go with its defaults: OTLP over gRPC.
package main

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func answer(response http.ResponseWriter, status int, body string) {
	response.WriteHeader(status)
	_, _ = response.Write([]byte(body))
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	spans := trace.NewTracerProvider(trace.WithBatcher(must(otlptracegrpc.New(ctx))))
	meters := metric.NewMeterProvider(
		metric.WithReader(metric.NewPeriodicReader(must(otlpmetricgrpc.New(ctx)))))
	records := sdklog.NewLoggerProvider(
		sdklog.WithProcessor(sdklog.NewBatchProcessor(must(otlploggrpc.New(ctx)))))
	otel.SetTracerProvider(spans)
	otel.SetMeterProvider(meters)
	logger := slog.New(otelslog.NewHandler("shop", otelslog.WithLoggerProvider(records)))

	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(response http.ResponseWriter, request *http.Request) {
		logger.WarnContext(request.Context(), "wrong password")
		answer(response, http.StatusUnauthorized, `{"error":"wrong password"}`)
	})
	mux.HandleFunc("GET /search", func(response http.ResponseWriter, _ *http.Request) {
		answer(response, http.StatusOK, `{"results":[]}`)
	})
	mux.HandleFunc("GET /admin", func(response http.ResponseWriter, _ *http.Request) {
		answer(response, http.StatusOK, "<h1>Admin</h1>")
	})
	server := http.Server{Addr: "127.0.0.1:" + os.Args[1], Handler: otelhttp.NewHandler(mux, "shop")}
	go func() { _ = server.ListenAndServe() }()
	<-ctx.Done()
	_ = server.Close()
	for _, shutdown := range []func(context.Context) error{spans.Shutdown, meters.Shutdown, records.Shutdown} {
		if err := shutdown(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
}
