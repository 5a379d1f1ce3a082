using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Moves;
using Lifecycle.Functions.Tests.Wire;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>What a released version sent and was sent: today's version takes it, and says what that one said.</summary>
public sealed class WireFormsTests
{
    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void What_an_app_was_told_it_is_still_told(int form)
    {
        var recorded = new RecordedForm(form).Json("wire.json");
        TestApp.Run(async app =>
        {
            var now = await new RecordedConversation(app, recorded["asked"]!.AsObject()).PlayAsync();
            _ = Transcript.Extras(recorded["heard"], now).ToList();
        });
    }

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_webhook_that_was_sent_is_signed_as_today(int form)
    {
        var webhook = new RecordedForm(form).Json("webhook.json");
        WebhookSignature.AssertGood(name => (string)webhook["headers"]![name]!, (string)webhook["body"]!);
    }

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void An_owner_is_told_what_it_was_told(int form) => new RecordedForm(form).OpenEmpty(async app =>
    {
        await new RecordedWorld(app).GiveUpAsync();
        var now = await AppProcess.BodyOf(app.Webhooks.First(webhook => webhook.RequestUri!.Host == "owner.example"));
        var then = JsonNode.Parse((string)new RecordedForm(form).Json("notice.json")["body"]!);
        _ = Transcript.Extras(Shape.Of(then), Shape.Of(now)).ToList();
    });

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void A_page_that_was_exported_is_imported_and_its_sessions_come_back_with_their_tokens(int form) => new RecordedForm(form).OpenEmpty(async app =>
    {
        foreach (var page in new RecordedForm(form).Json("export.json")["pages"]!.AsArray().Select(page => page!.AsObject()))
        {
            page["until"] = app.Time.GetUtcNow().AddMinutes(5);
            var answer = await app.SendAsync("POST", "/api/import", CarryOver.TextOf(page));
            Assert.True(answer.Status == 200, answer.Text);
        }

        await app.Settle();
        var client = await AppProcess.AttachAsync(app, AppProcess.Asking("running", token: new RecordedForm(form).TokenOf("running")));
        Assert.True(client.Ack.GetProperty("resumed").GetBoolean());
        Assert.Equal([(1, "\"sent, and not handled\"")], client.Messages);
    });
}
