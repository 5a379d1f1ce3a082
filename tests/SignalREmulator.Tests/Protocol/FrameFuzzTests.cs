using System.Buffers;
using System.Net.WebSockets;
using Lifecycle.Fuzzing;
using Lifecycle.SignalREmulator.Tests.Support;
using MessagePack;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.SignalREmulator.Tests.Protocol;

/// <summary>Hub frames as strangers write them, in both protocols.</summary>
public sealed class FrameFuzzTests
{
    const int Cases = 5000;
    const int SocketCases = 150;

    static readonly string[] good =
    [
        """{"type":1,"invocationId":"1","target":"echo","arguments":[{"a":[1,"x",null,true]},2.5],"headers":{"h":"v"}}""",
        """{"type":1,"target":"send","arguments":[]}""",
        """{"type":4,"invocationId":"2","target":"stream","arguments":[]}""",
        """{"type":6}""",
        """{"type":3,"invocationId":"3","result":{"x":1}}""",
    ];

    static readonly string[] packed =
    [
        """[1,{"h":"v"},"1","echo",[{"a":[1,"x",null,true]},2.5],[]]""", """[1,{},null,"send",[],[]]""", """[4,{},"2","stream",[],[]]""", "[6]", "[7,null,false]", """[3,{},"3",3,1]""",
    ];

    // Numbers of other kinds, a time, an extension, a key that is no text; and as deep as a message has room for.
    static readonly byte[][] packedPieces =
    [
        [0xCE, 0xFF, 0xFF, 0xFF, 0xFF], [0xCF, .. Enumerable.Repeat((byte)0xFF, 8)], [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0], [0xCA, 0x7F, 0x80, 0, 0],
        [0xD6, 0xFF, 0, 0, 0, 0], [0xC7, 0x01, 0x05, 0x00], [0x81, 0x01, 0x01], [0x81, 0xC0, 0xC0], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDF, 0x7F, 0xFF, 0xFF, 0xFF], [0xC1],
        [0xC4, 0x02, 0xFF, 0x00], [0xA2, 0xED, 0xA0], [.. Enumerable.Repeat((byte)0x91, 10_000), 0xC0], [.. Enumerable.Repeat((byte)0x91, 900_000)],
    ];

    [Fact]
    public void JsonFrame_OfAnyBytes_IsReadOrInvalid()
    {
        foreach (var made in FuzzRun.Of(Cases, new JsonCases(good).Next))
        {
            AssertReadOrInvalid(HubProtocolKind.Json, [.. made.Bytes, HubFrames.RecordSeparator], UpstreamMessage.JsonType, made);
        }
    }

    [Fact]
    public void MessagePackFrame_OfAnyBytes_IsReadOrInvalid()
    {
        foreach (var made in FuzzRun.Of(Cases, Packed))
        {
            AssertReadOrInvalid(HubProtocolKind.MessagePack, made.Bytes, UpstreamMessage.MessagePackType, made);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_with_any_frames_ends_or_goes_on_and_the_app_hears_of_its_end(bool messagePack)
    {
        await using var emulator = await Emulator.StartAsync();
        foreach (var made in FuzzRun.Of(SocketCases, messagePack ? Packed : random => [.. new JsonCases(good).Next(random), HubFrames.RecordSeparator]))
        {
            await TalkAsync(emulator, messagePack, made);
            // Else the app would hold a session for attached whose client is gone.
            await emulator.Upstream.NextAsync("disconnected");
        }

        Assert.Equal(0, emulator.Core.ConnectionCount);
        await using var client = emulator.Client("u", messagePack: messagePack);
        await client.StartAsync();
        Assert.Equal(7, await client.InvokeAsync<int>("echo", 7));
    }

    static async Task TalkAsync(Emulator emulator, bool messagePack, FuzzCase made)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{emulator.Service.Url.Replace("http", "ws")}&access_token={emulator.Service.Token("u")}"), late.Token);
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"protocol":"{{(messagePack ? "messagepack" : "json")}}","version":1}""" + '\u001e'), WebSocketMessageType.Text, true, late.Token);
        await emulator.Upstream.NextAsync("connected");
        try
        {
            // As bytes: nobody looks on the way whether they are text.
            await socket.SendAsync(made.Bytes, WebSocketMessageType.Binary, true, late.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, late.Token);
            for (var buffer = new byte[8192]; (await socket.ReceiveAsync(buffer, late.Token)).MessageType != WebSocketMessageType.Close;)
            {
            }
        }
        catch (WebSocketException)
        {
            // The service may be faster and end the connection first, which is one of the two good ends.
        }
    }

    static byte[] Packed(Random random)
    {
        var body = MessagePackSerializer.ConvertFromJson(packed[random.Next(packed.Length)]);
        body = random.Next(3) switch
        {
            0 => Mutations.Damaged(random, body),
            1 => Spliced(random, body),
            _ => Mutations.Damaged(random, Spliced(random, body)),
        };
        var prefix = new byte[VarInt.Size(body.Length)];
        VarInt.Write(prefix, body.Length);
        return random.Next(20) switch
        {
            0 => [0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. body], // the longest that a prefix can say
            1 => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. body],
            2 => Mutations.Damaged(random, [.. prefix, .. body]),
            _ => [.. prefix, .. body],
        };
    }

    static byte[] Spliced(Random random, byte[] body)
    {
        var at = random.Next(body.Length);
        return [.. body[..at], .. packedPieces[random.Next(packedPieces.Length)], .. body[(at + 1)..]];
    }

    static void AssertReadOrInvalid(HubProtocolKind protocol, byte[] bytes, string type, FuzzCase made)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        var failure = Record.Exception(() =>
        {
            while (ClientMessageReader.TryRead(protocol, ref buffer, out var message))
            {
                if (message.Payload is { } payload)
                {
                    UpstreamMessage.Read(type, payload);
                }
            }
        });
        Assert.True(failure is null or InvalidDataException, $"{made}: {failure}");
    }
}
