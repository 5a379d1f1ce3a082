using System.Net.WebSockets;
using System.Text;

namespace Lifecycle.Doctor.Platform;

/// <summary>Reads the records of SignalR's JSON protocol from a socket: texts that end in a separator, however they are cut into frames.</summary>
sealed class RecordReader(WebSocket socket)
{
    /// <summary>Ends a record.</summary>
    public const char Separator = '\u001e';

    const int MaxRecord = 256 * 1024;

    readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    readonly byte[] _bytes = new byte[16 * 1024];
    readonly char[] _chars = new char[16 * 1024];
    readonly StringBuilder _pending = new();
    readonly Queue<string> _records = new();

    /// <summary>The next record, without its separator; null when the socket was closed in good order.</summary>
    /// <exception cref="IOException">A record is longer than any of the wire.</exception>
    public async Task<string?> NextAsync(CancellationToken cancellation)
    {
        while (_records.Count == 0)
        {
            var result = await socket.ReceiveAsync(_bytes, cancellation);
            if (result.MessageType == WebSocketMessageType.Close) return null;
            Take(_chars.AsSpan(0, _decoder.GetChars(_bytes, 0, result.Count, _chars, 0)));
        }
        return _records.Dequeue();
    }

    void Take(ReadOnlySpan<char> text)
    {
        for (var end = text.IndexOf(Separator); end >= 0; end = text.IndexOf(Separator))
        {
            _records.Enqueue(_pending.Append(text[..end]).ToString());
            _pending.Clear();
            text = text[(end + 1)..];
        }
        if (_pending.Append(text).Length > MaxRecord) throw new IOException("A record is too long");
    }
}
