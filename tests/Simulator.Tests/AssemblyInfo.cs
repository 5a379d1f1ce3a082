// Each of them has a core for itself, or what is to be found soon is not.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
