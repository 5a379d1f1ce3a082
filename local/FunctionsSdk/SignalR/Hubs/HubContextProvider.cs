using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.SignalR.Management;

namespace Microsoft.Azure.Functions.Worker.SignalRService;

/// <summary>Finds the context of a hub class; one instance per host.</summary>
abstract class HubContextProvider
{
    /// <summary>False when the hub class was not registered.</summary>
    public abstract bool TryGet(Type hubType, [NotNullWhen(true)] out ServiceHubContext? context);
}
