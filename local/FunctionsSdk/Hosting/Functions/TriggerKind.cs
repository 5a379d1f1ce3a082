namespace Lifecycle.Local.FunctionsSdk.Hosting.Functions;

/// <summary>What makes a function run.</summary>
enum TriggerKind
{
    Http,
    SignalR,
    Timer,
    Queue,
    Entity,
    Orchestration,
    Activity,
}
