using System.Text.Json;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>The results of hub methods as the worker writes them: with System.Text.Json and its own options.</summary>
public sealed class HubAnswerTests
{
    [Fact]
    public async Task From_WhatSucceeds_SaysNothingOfErrors() =>
        Assert.Equal("""{"ok":true}""", JsonSerializer.Serialize(await HubAnswer.From(() => Task.CompletedTask)));

    [Fact]
    public async Task From_BadInput_IsATypedError() =>
        Assert.Equal(
            """{"ok":false,"error":{"code":"too_large","message":"Too much."}}""",
            JsonSerializer.Serialize(await HubAnswer.From(() => throw InputException.TooLarge("Too much."))));
}
