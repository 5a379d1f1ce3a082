namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>On replay the orchestrator asked for something else than its history says it did.</summary>
sealed class NonDeterministicOrchestrationException(string orchestrator, string message)
    : InvalidOperationException($"Non-deterministic orchestrator {orchestrator}: {message} Orchestrator code must ask for the same things in the same order on every replay.");
