using System.Net;
using System.Text;
using Lifecycle.Functions.Webhooks;

namespace Lifecycle.Functions.Tests.Evidence;

/// <summary>A resurrection webhook that finds the process alive which holds the session.</summary>
public sealed class HeldByAppTests
{
    static HttpResponseMessage Answer(string? heldBy, string body = "")
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (heldBy is not null)
        {
            answer.Headers.TryAddWithoutValidation(WebhookSender.HeldByHeader, heldBy);
        }

        return answer;
    }

    /// <summary>Until its resurrection webhook has been answered so, and the answer been told: an app that says yes has two seconds to attach before that.</summary>
    static async Task<string?> AskAsync(TestApp app, HttpResponseMessage answer)
    {
        await app.PutAppAsync(policy: new { initialSpreadMs = 0 });
        await app.StartAsync();
        (await app.AttachAsync(instance: "i1")).Drop();
        app.Webhooks.Clear();
        app.WebhookAnswer = _ => answer;
        await app.Settle(9_000);
        Assert.Single(app.Webhooks);
        return (await app.SessionAsync()).GetProperty("correlationId").GetString();
    }

    // It was started anew by its own webhook while it was about to come back.
    [Fact]
    public void Answer_OfTheProcessThatWasAttached_GivesItAGraceWindowAndNoSecondWebhook() => TestApp.Run(async app =>
    {
        var correlation = await AskAsync(app, Answer("i1"));
        var session = await app.SessionAsync();
        Assert.Equal(("GRACE_PERIOD", "held_by_app"), (session.GetProperty("state").GetString(), session.GetProperty("reason").GetString()));
        await app.Settle(4_500);
        Assert.Single(app.Webhooks);
        await app.AttachAsync(instance: "i1");
        await app.Settle(60_000);
        session = await app.SessionAsync();
        Assert.Equal(("RUNNING", correlation), (session.GetProperty("state").GetString(), session.GetProperty("correlationId").GetString()));
        Assert.Equal(1, session.GetProperty("tally").GetProperty("falseResurrections").GetInt32());
        Assert.Single(app.Webhooks);
    });

    [Theory]
    [InlineData("i2", "")]
    [InlineData("not an identifier", "")]
    [InlineData(null, "{\"heldBy\":\"i1\"}")]
    [InlineData(null, "")]
    public void Answer_ThatNamesNobodyOrAnotherProcess_IsAPlainYes(string? header, string body) => TestApp.Run(async app =>
    {
        await AskAsync(app, Answer(header, body));
        Assert.Equal("RESURRECTING", await app.StateAsync());
        await app.AttachAsync(instance: "i2");
        var session = await app.SessionAsync();
        Assert.Equal(("RUNNING", "i2"), (session.GetProperty("state").GetString(), session.GetProperty("instanceId").GetString()));
        Assert.Equal(0, session.GetProperty("tally").GetProperty("falseResurrections").GetInt32());
    });
}
