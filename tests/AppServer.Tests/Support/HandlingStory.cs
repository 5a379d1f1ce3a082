namespace Lifecycle.Sdk.Tests.Support;

/// <summary>A session in virtual time that handles messages, and what it says of them.</summary>
public abstract class HandlingStory
{
    private protected VirtualApp App { get; } = new();
    private protected List<long> Handled { get; } = [];
    private protected IReadOnlyList<SlowEngine.HubCall> Calls => App.Engine.Calls;
    private protected List<string> Said => [.. Calls.Select(call => $"{call}")];

    /// <summary>Attaches, and notes each message that is handled.</summary>
    private protected SlowEngine.Socket AttachHandling()
    {
        App.Attach();
        App.Session.OnMessage(message =>
        {
            Handled.Add(message.Seq);
            return Task.CompletedTask;
        });
        return App.Engine.Sockets[0];
    }

    private protected void Send(long seq, bool prompt = false) => App.Run(() => App.Engine.Sockets[^1].Message(seq, prompt));

    private protected void Ask() => App.Run(App.Engine.Sockets[^1].Tell);
}
