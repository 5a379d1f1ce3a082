using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.FunctionsSdk.Tests.Payloads;

/// <summary>The context of an event as a host hands it to a worker, where the stand-in's SignalR serves the official packages.</summary>
public sealed class SignalRContextJsonTests
{
    [Fact]
    public void Read_WhatAHostWrites_SplitsValuesAtCommas()
    {
        var context = JsonSerializer.Deserialize<SignalRInvocationContext>(
            """
            {"Arguments":[{"a":1}],"Error":null,"Category":"messages","Event":"init","Hub":"apps","ConnectionId":"c1","UserId":"u1",
             "Headers":{"X-A":"1,2"},"Query":{},"Claims":{"lc.at":"7","none":null}}
            """)!;

        Assert.Equal(SignalRInvocationCategory.Messages, context.Category);
        Assert.Equal(1, ((JsonElement)Assert.Single(context.Arguments!)).GetProperty("a").GetInt32());
        Assert.Equal("1|2", string.Join('|', [.. context.Headers["X-A"]]));
        Assert.Equal("7", context.Claims["lc.at"].ToString());
        Assert.Equal(0, context.Claims["none"].Count);
        Assert.Empty(context.Query);
    }
}
