"""`make bench`: all benchmarks, one after the other."""

from benchmarks import decode, pipeline

if __name__ == "__main__":
    decode.main()
    pipeline.main()
