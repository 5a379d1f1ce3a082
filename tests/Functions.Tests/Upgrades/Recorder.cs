using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Moves;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>Writes what today's version stores and sends, as a form of its own. A form that is there is never written again.</summary>
sealed class Recorder(RecordedForm form)
{
    static readonly JsonSerializerOptions readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InvalidOperationException">The form was released.</exception>
    public void Record()
    {
        if (form.IsReleased())
        {
            throw new InvalidOperationException($"Form {form.Number} was released, and stays as it was recorded: what is new is a form of its own (docs/deploys.md).");
        }

        var data = Directory.CreateTempSubdirectory("lifecycle-record-");
        try
        {
            var keys = Path.Combine(data.FullName, "key-ring");
            TestApp.Run(app => RecordAsync(app, data.FullName), data: data.FullName, options: RecordedForm.KeyRingOption(keys));
            CopyKey(keys, "test-key.xml");
            CopyKey(Path.Combine(keys, "tokens"), "tokens/test-token-key.xml");
        }
        finally
        {
            data.Delete(recursive: true);
        }

        TestApp.Run(async app => Write("wire.json", new JsonObject
        {
            ["asked"] = RecordedConversation.Asked.DeepClone(),
            ["heard"] = await new RecordedConversation(app, RecordedConversation.Asked).PlayAsync(),
        }));
        File.AppendAllLines(RecordedForm.ListPath, form.Lines());
    }

    // The store as a process that is killed at this moment leaves it.
    async Task RecordAsync(TestApp app, string data)
    {
        var sessions = await new RecordedWorld(app).PlayAsync();
        Write("store.sql", StoreText.Read(data));
        Write("sessions.json", sessions);
        var pages = new JsonArray();
        await foreach (var page in CarryOver.PagesOf(app))
        {
            pages.Add((JsonNode)page);
        }

        Write("export.json", new JsonObject { ["pages"] = pages });
        Write("webhook.json", await SentAsync(app.Webhooks.Last(webhook => webhook.RequestUri!.Host == "app.example")));
        Write("notice.json", await SentAsync(app.Webhooks.First(webhook => webhook.RequestUri!.Host == "owner.example")));
    }

    static async Task<JsonObject> SentAsync(HttpRequestMessage webhook) => new()
    {
        ["headers"] = new JsonObject(webhook.Headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)string.Join(", ", h.Value)))),
        ["body"] = await webhook.Content!.ReadAsStringAsync(),
    };

    void CopyKey(string from, string name) => Write($"key-ring/{name}", File.ReadAllText(Assert.Single(Directory.GetFiles(from, "*.xml"))));

    void Write(string name, JsonNode content) => Write(name, content.ToJsonString(readable) + "\n");

    void Write(string name, string content)
    {
        var path = Path.Combine(form.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content.Replace("\r\n", "\n"));
    }
}
