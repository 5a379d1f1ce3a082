using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lifecycle.Functions.Console;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Console;

/// <summary>How the page and its files are served.</summary>
public sealed partial class ConsoleFilesTests
{
    const string Page = "/api/console/";

    static async Task<HttpResponseMessage> GetAsync(TestApp app, string path, params (string Name, string Value)[] headers)
    {
        using var http = new HttpMessageInvoker(app.Services.GetRequiredService<InProcessHttpHandler>(), disposeHandler: false);
        var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost" + path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, CancellationToken.None);
    }

    static async Task<(string Text, string[] Names)> PageAsync(TestApp app)
    {
        var page = await GetAsync(app, Page);
        Assert.Equal((200, "text/html"), ((int)page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        var text = await page.Content.ReadAsStringAsync();
        return (text, [.. Named().Matches(text).Select(found => found.Groups[1].Value).Distinct()]);
    }

    static string Header(HttpResponseMessage answer, string name) =>
        string.Join(", ", answer.Headers.TryGetValues(name, out var values) ? values : answer.Content.Headers.TryGetValues(name, out values) ? values : []);

    [Fact]
    public void Page_NamesFilesThatAreThere_AndMayBeKeptForEver() => TestApp.Run(async app =>
    {
        var (_, names) = await PageAsync(app);
        Assert.True(names.Length > 20, string.Join(' ', names));
        foreach (var name in names)
        {
            var file = await GetAsync(app, Page + name);
            Assert.Equal((200, "public, max-age=31536000, immutable"), ((int)file.StatusCode, Header(file, "Cache-Control")));
            Assert.Equal("nosniff", Header(file, "X-Content-Type-Options"));
            Assert.Matches(@"\.[0-9a-f]{8}\.\w+$", name);
        }
    });

    [Fact]
    public void Page_IsAskedForEachTime_AndNotSentTwice() => TestApp.Run(async app =>
    {
        var page = await GetAsync(app, Page);
        Assert.Equal("no-cache", Header(page, "Cache-Control"));
        var again = await GetAsync(app, Page, ("If-None-Match", Header(page, "ETag")));
        Assert.Equal((304, ""), ((int)again.StatusCode, await again.Content.ReadAsStringAsync()));
    });

    // A browser runs an import map only if the policy names its hash: with another one the page stays empty.
    [Fact]
    public void Page_PolicyNamesTheHashOfItsImportMap_AndNoSecret() => TestApp.Run(async app =>
    {
        var (text, _) = await PageAsync(app);
        var map = Map().Match(text).Groups[1].Value;
        var policy = Header(await GetAsync(app, Page), "Content-Security-Policy");
        Assert.Contains($"script-src 'self' 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(map)))}'", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Matches(@"connect-src 'self' http://localhost:\d+ ws://localhost:\d+;", policy);
        Assert.DoesNotContain("AccessKey", policy, StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void ImportMap_LeadsEveryImportToItsFile() => TestApp.Run(async app =>
    {
        var (text, _) = await PageAsync(app);
        var imports = JsonSerializer.Deserialize<JsonElement>(Map().Match(text).Groups[1].Value).GetProperty("imports").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!);
        foreach (var (from, to) in imports)
        {
            var script = await (await GetAsync(app, Page + to[2..])).Content.ReadAsStringAsync();
            foreach (Match found in Import().Matches(script))
            {
                var name = found.Groups[1].Value;
                var wanted = name.StartsWith('.') ? "./" + new Uri(new Uri("http://page/" + from[2..]), name).AbsolutePath[1..] : name;
                Assert.True(imports.ContainsKey(wanted), $"{from} imports {name}");
            }
        }
    });

    // The figure of issue 15: all that the page loads, with charts, under 60 kB.
    [Fact]
    public void WholePage_Compressed_IsUnder60Kilobytes() => TestApp.Run(async app =>
    {
        var (_, names) = await PageAsync(app);
        long sum = 0;
        foreach (var name in names.Append(""))
        {
            var file = await GetAsync(app, Page + name, ("Accept-Encoding", "gzip, br"));
            Assert.Equal("br", Header(file, "Content-Encoding"));
            sum += (await file.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.InRange(sum, 20_000, 60_000);
    });

    [Theory]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("identity", "")]
    [InlineData(null, "")]
    public void File_IsCompressedAsTheBrowserTakesIt(string? accepted, string expected) => TestApp.Run(async app =>
    {
        var (text, _) = await PageAsync(app);
        var answer = await GetAsync(app, Page, accepted is null ? [] : [("Accept-Encoding", accepted)]);
        Assert.Equal((expected, "Accept-Encoding"), (Header(answer, "Content-Encoding"), Header(answer, "Vary")));
        var content = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(expected switch
        {
            "br" => new BrotliStream(content, CompressionMode.Decompress),
            "gzip" => new GZipStream(content, CompressionMode.Decompress),
            _ => content,
        });
        Assert.Equal(text, await reader.ReadToEndAsync());
    });

    [Theory]
    [InlineData("/api/console/main.js")]
    [InlineData("/api/console/lib/nothing.js")]
    [InlineData("/api/console/index.html")]
    public void File_ThatIsNotThereByThatName_IsAProblem(string path) => TestApp.Run(async app =>
    {
        var answer = await app.CallAsync("GET", path);
        Assert.Equal((404, "urn:lifecycle:problem:unknown_file"), (answer.Status, answer.Json.GetProperty("type").GetString()));
    });

    // Relative names in the page would lead beside it.
    [Fact]
    public void Page_WithoutItsSlash_LeadsToIt() => TestApp.Run(async app =>
    {
        var answer = await GetAsync(app, "/api/console");
        Assert.Equal((302, "console/"), ((int)answer.StatusCode, Header(answer, "Location")));
    });

    [Fact]
    public void Root_OfTheEmbeddedHost_LeadsToThePage() => TestApp.Run(async app =>
    {
        var answer = await GetAsync(app, "/");
        Assert.Equal((302, Page), ((int)answer.StatusCode, Header(answer, "Location")));
    });

    [Fact]
    public void Root_WithAnotherHomePage_LeadsThere() => TestApp.Run(
        async app => Assert.Equal("/api/health", Header(await GetAsync(app, "/"), "Location")), options: ["--Embedded:HomePage=/api/health"]);

    [GeneratedRegex("""(?:src|href)="\./([^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Named();

    [GeneratedRegex("""<script type="importmap">(.*?)</script>""")]
    private static partial Regex Map();

    [GeneratedRegex("""(?:from|import) ?"([^"]+)";?""")]
    private static partial Regex Import();
}
