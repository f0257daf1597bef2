"""Exports 100 spans, 100 log records and a counter over OTLP/gRPC as OpenTelemetry Python does, and ends."""

import logging

from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ITEMS = 100

spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = spans.get_tracer("exporting")
for index in range(ITEMS):
    tracer.start_span(f"span-{index}", attributes={"index": index}).end()

logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
logger = logging.getLogger("exporting")
logger.addHandler(LoggingHandler(logger_provider=logs))
logger.propagate = False
for index in range(ITEMS):
    logger.warning(f"log-{index}")

metrics = MeterProvider(metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])
metrics.get_meter("exporting").create_counter("items").add(ITEMS)

for provider in (spans, logs, metrics):
    provider.shutdown()
