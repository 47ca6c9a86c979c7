"""SnapShot Redis (docs/contracts/redis.md)."""
