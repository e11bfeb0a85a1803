"""The workers of a Dask cluster that runs already (extra `cluster`)."""


class NoCluster(Exception):
    """The cluster cannot be used; the message is one sentence."""


class Cluster:
    """The workers of the scheduler at `address`; one submission at a time in each process."""

    def __init__(self, address, seconds=15):
        try:
            from distributed import Client
        except ImportError:
            words = "--dask needs distributed. In the course: pip install -e '.[cluster]'"
            raise NoCluster(words) from None
        try:
            self.client = Client(address, timeout=seconds, set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoCluster(f"no Dask scheduler answers at {address} ({error}).") from None
        self.width = len(self.client.scheduler_info(n_workers=-1)["workers"])
        if not self.width:
            self.client.close()
            raise NoCluster(f"the Dask scheduler at {address} has no workers.")

    def open(self):
        """Return an executor; Dask keeps no result, since each submission is graded anew."""
        return self.client.get_executor(pure=False)

    def serves(self, executor) -> bool:
        """Say that results come; Dask says itself if it lost a worker."""
        return True

    def stop(self, executor):
        """Cancel what is under way."""
        executor.shutdown(wait=False)

    def close(self):
        """Leave the cluster as it was."""
        self.client.close()
