using System.Text.Json;
using Lifecycle.Functions.Hub;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>The results of hub methods as the worker writes them: with System.Text.Json and its own options.</summary>
public sealed class HubAnswerTests
{
    [Fact]
    public void Accepted_Written_SaysNothingOfErrors() => Assert.Equal("""{"ok":true}""", JsonSerializer.Serialize(HubAnswer.Accepted));

    [Fact]
    public void Refused_Written_IsATypedError() => Assert.Equal(
        """{"ok":false,"error":{"code":"too_large","message":"Too much."}}""", JsonSerializer.Serialize(HubAnswer.Refused("too_large", "Too much.")));
}
