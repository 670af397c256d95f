"""Takes a file of lines through the book's example, on Spark in this process: what each way gives, as one JSON object."""

import json
import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import spark_partition_id, unbase64

module, binary, file, parquet = sys.argv[1:]
# Together they take milliseconds a line and end by themselves: no report depends on the time that was left.
command = (binary, "batch", "-", "--max-mistakes", "1")

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    # A small file, cut as a large one would be.
    .config("spark.sql.files.maxPartitionBytes", "64k")
    .config("spark.sql.execution.arrow.maxRecordsPerBatch", "20")
    .getOrCreate()
)
spark.sparkContext.addPyFile(module)
import diagnose_spark  # noqa: E402 (it is there only now)


def collected(lines):
    reports = diagnose_spark.reports(lines, command)
    return reports.select(spark_partition_id(), "report").collect()


# As a provider keeps them: the bytes of a request in a column.
requests = spark.read.json(file, mode="DROPMALFORMED").withColumn("raw_base64", unbase64("raw_base64"))
requests.repartition(3).write.parquet(parquet)
try:
    diagnose_spark.reports(spark.read.text(file), command + ("--no-such-option",)).collect()
    refused = None
except Exception as error:
    refused = str(error)
told = {
    "text": collected(spark.read.text(file)),
    "parquet": collected(diagnose_spark.lines(spark.read.parquet(parquet))),
    "pipe": spark.sparkContext.textFile(file, 3).pipe(" ".join(command), env=dict(os.environ)).collect(),
    "first": diagnose_spark.reports(spark.read.text(file), command).first().report,
    "refused": refused,
}
json.dump(told, sys.stdout)
