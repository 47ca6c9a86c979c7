"""Apache Kafka: one node, broker and controller in one (KRaft)."""
