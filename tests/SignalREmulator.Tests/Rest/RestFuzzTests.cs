using Lifecycle.Fuzzing;
using Lifecycle.SignalREmulator.Tests.Support;
using MessagePack;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.SignalREmulator.Tests.Rest;

/// <summary>The REST API as applications with other libraries, and strangers, call it; with clients of both protocols there.</summary>
public sealed class RestFuzzTests
{
    const int Cases = 1500;

    static readonly string[] good = ["""{"Target":"m","Arguments":[1,{"a":"x"},null]}""", """{"target":"m","arguments":[]}"""];

    static readonly string[] queries =
        ["", "ttl=60", "ttl=99999999999", "ttl=-0", "ttl=1e400", "maxpagesize=0", "top=2147483648", "continuationToken=%ED%A0%80", "continuationToken=AA=", "excluded=a&excluded=", "reason=%00", "application=1", "api-version=x"];

    static readonly string[] types = ["application/json", "application/x-msgpack", "application/octet-stream", "text/plain", "application/json; charset=utf-7"];

    [Fact]
    public async Task Any_send_is_taken_or_refused_and_clients_of_both_protocols_go_on()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var json = await ConnectAsync(emulator, messagePack: false);
        await using var packed = await ConnectAsync(emulator, messagePack: true);
        foreach (var made in FuzzRun.Of(Cases, Body))
        {
            var path = made.OneOf<string>("/api/hubs/apps/:send", "/api/hubs/apps/users/u/:send", "/api/hubs/apps/groups/g/:send");
            var (status, code) = await RestCall.SendAsync(emulator, "POST", path, bytes: made.Bytes, type: made.Random.Next(3) == 0 ? made.OneOf<string>(types) : "application/json");
            AssertAnswered(status, code, $"{made} {path}");
        }

        await AssertHearsAsync(emulator, json);
        await AssertHearsAsync(emulator, packed);
    }

    [Fact]
    public async Task Any_envelope_is_taken_or_refused_and_clients_of_both_protocols_go_on()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var json = await ConnectAsync(emulator, messagePack: false);
        await using var packed = await ConnectAsync(emulator, messagePack: true);
        foreach (var made in FuzzRun.Of(Cases, Envelope))
        {
            var (status, code) = await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", bytes: made.Bytes, type: "application/octet-stream");
            AssertAnswered(status, code, made.ToString());
        }

        await AssertHearsAsync(emulator, json);
    }

    [Fact]
    public async Task Any_path_query_and_token_is_answered_or_refused()
    {
        await using var emulator = await Emulator.StartAsync();
        foreach (var made in FuzzRun.Of(Cases, _ => []))
        {
            var operation = RestPaths.All[made.Random.Next(RestPaths.All.Count)];
            var path = RestPaths.Fill(operation.Path, Mutations.Damaged(made.Random, "c").Replace('\ud83d', 'x'), "u", Mutations.Damaged(made.Random, "g").Replace('\ud83d', 'x'));
            var token = made.Random.Next(3) == 0 ? Mutations.Damaged(made.Random, RestCall.Token(emulator, path)) : "";
            if (token.Any(c => c is < '!' or > '~'))
            {
                continue; // no client can send it
            }

            var (status, code) = await RestCall.SendAsync(
                emulator, operation.Verb, path, $"{RestCall.Version}&{made.OneOf<string>(queries)}", operation.Send ? good[0] : null, token);
            AssertAnswered(status, code, $"{made} {operation.Verb} {path} {token}");
        }

        await using var client = await ConnectAsync(emulator, messagePack: false);
        await AssertHearsAsync(emulator, client);
    }

    static void AssertAnswered(int status, string? code, string what)
    {
        Assert.True(status < 500, $"{what}: {status}");
        Assert.True(status < 400 || status == 400 || code is not null, $"{what}: {status} {code}");
    }

    static byte[] Body(Random random) => new JsonCases(good).Next(random);

    static byte[] Envelope(Random random)
    {
        var json = random.Next(3) == 0 ? new JsonCases(good).Next(random) : [.. """{"type":1,"target":"m","arguments":[]}"""u8, HubFrames.RecordSeparator];
        var packed = MessagePackSerializer.ConvertFromJson(random.Next(3) == 0 ? """[1,{},null,"m",[1],[]]""" : OneOf(random, "[1]", "[]", "{}", "7", """[1,{},null,"m",7]""", """[1,{},null,7,[]]""", """[1,{},null,"",[]]"""));
        byte[] framed = [(byte)packed.Length, .. packed];
        var envelope = OneOf(random, new Dictionary<string, byte[]> { ["json"] = json, ["messagepack"] = framed }, new() { ["messagepack"] = framed }, new() { ["json"] = [] }, new() { ["x"] = framed });
        var body = MessagePackSerializer.Serialize(envelope);
        return random.Next(2) == 0 ? body : Mutations.Damaged(random, body);
    }

    static T OneOf<T>(Random random, params T[] among) => among[random.Next(among.Length)];

    static async Task<HubConnection> ConnectAsync(Emulator emulator, bool messagePack)
    {
        var client = emulator.Client("u", messagePack: messagePack);
        await client.StartAsync();
        return client;
    }

    static async Task AssertHearsAsync(Emulator emulator, HubConnection client)
    {
        var heard = new Inbox<string>("a call of the service");
        using var _ = client.On<string>("good", heard.Add);
        Assert.Equal(202, (await RestCall.SendAsync(emulator, "POST", "/api/hubs/apps/:send", body: """{"target":"good","arguments":["x"]}""")).Status);
        Assert.Equal("x", await heard.NextAsync());
    }
}
