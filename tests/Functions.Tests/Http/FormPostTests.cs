namespace Lifecycle.Functions.Tests.Http;

public sealed class FormPostTests
{
    const string Session = $"/api/sessions/s1/apps/{TestApp.Package}";

    // Any web page could stop and revive sessions and make keys void, by a form that posts nothing: locally no function key is asked for.
    [Theory]
    [InlineData($"{Session}/start")]
    [InlineData($"{Session}/stop")]
    [InlineData($"{Session}/revive")]
    [InlineData($"{Session}/messages")]
    [InlineData($"/api/apps/{TestApp.Package}/revive")]
    [InlineData($"/api/apps/{TestApp.Package}/rotate-key")]
    [InlineData($"/api/apps/{TestApp.Package}/rotate-secret")]
    [InlineData("/api/sessions/s1/away")]
    [InlineData("/api/sessions/s1/back")]
    [InlineData("/api/negotiate?sessionId=s1&packageName=com.example.notes")]
    public void A_post_that_a_form_can_send_is_refused_and_changes_nothing(string path) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        var before = app.Everything();
        foreach (var contentType in (string[])["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
        {
            var answer = await app.SendAsync("POST", path, contentType.Length > 0 ? "" : null, contentType);
            Assert.Equal((415, "urn:lifecycle:problem:not_json"), (answer.Status, answer.Json.GetProperty("type").GetString()));
            Assert.Contains("content-type: application/json", answer.Json.GetProperty("detail").GetString());
        }

        await app.Settle(1000);
        Assert.Equal(before, app.Everything());
    });

    [Theory]
    [InlineData("x-functions-key", "any")]
    [InlineData("x-requested-with", "XMLHttpRequest")]
    [InlineData("x-api-key", "any")]
    [InlineData("Authorization", "Bearer any")]
    [InlineData("accept", "application/json", 415)] // a page may choose it
    public void A_post_without_a_body_wants_a_header_that_a_form_cannot_send(string name, string value, int status = 202) => TestApp.Run(async app =>
        Assert.Equal(status, (await app.SendAsync("POST", $"{Session}/start", null, "", (name, value))).Status));
}
