from tests.pipeline.deployments import new_deployment

__all__ = ["new_deployment"]
