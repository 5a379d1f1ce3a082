using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Conformance.Apps;

/// <summary>The app in one of its hosts, as a story sees it.</summary>
interface IHostedApp
{
    /// <summary>The host's time.</summary>
    TimeProvider Time { get; }

    /// <summary>What registered apps' endpoints were sent.</summary>
    WebhookInbox Webhooks { get; }

    /// <summary>The SignalR service.</summary>
    SignalRServiceCore SignalR { get; }

    /// <summary>The durable engine.</summary>
    DurableEngine Engine { get; }

    /// <summary>What the app and the engine logged.</summary>
    IReadOnlyList<LogLine> Logs { get; }

    /// <summary>What each function is bound to, a line each.</summary>
    IReadOnlyList<string> Functions { get; }

    /// <summary>Calls the API.</summary>
    Task<HttpResponseMessage> SendAsync(HttpRequestMessage request);

    /// <summary>Gives a queue's function a message; a throw is the function's.</summary>
    Task RunQueueAsync(string function, string message);

    /// <summary>Runs a timer's function; a throw is the function's.</summary>
    Task RunTimerAsync(string function);
}
