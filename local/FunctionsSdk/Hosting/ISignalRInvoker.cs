using Lifecycle.Local.SignalR;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>
/// Where upstream requests of the SignalR service arrive: the host binds them to <c>[SignalRTrigger]</c> functions. The same
/// instance serves <c>POST /runtime/webhooks/signalr</c> and the embedded emulator's in-process upstream.
/// </summary>
interface ISignalRInvoker : IUpstream
{
}
