namespace Lifecycle.FunctionsSdk.Tests.Support;

/// <summary>What a host has written so far; can be read while it goes on writing.</summary>
sealed class SharedLog
{
    readonly StringWriter _text = new();

    public SharedLog() => Writer = TextWriter.Synchronized(_text);

    public TextWriter Writer { get; }

    public override string ToString()
    {
        // The synchronized writer locks itself for every call.
        lock (Writer)
            return _text.ToString();
    }
}
