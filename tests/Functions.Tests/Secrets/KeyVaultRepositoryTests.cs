using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Lifecycle.Functions.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Tests.Secrets;

/// <summary>The key ring in a Key Vault, with the official client over a vault that is played here.</summary>
public sealed class KeyVaultRepositoryTests
{
    readonly FakeVault vault = new();

    KeyVaultRepository Repository() => new(new SecretClient(
        new Uri("https://my-vault.vault.azure.net/"),
        new FakeCredential(),
        new SecretClientOptions { Transport = new HttpClientTransport(vault), Retry = { MaxRetries = 0 } }));

    SecretVault Instance() => new(
        KeyRing.In(Repository(), "Lifecycle:KeyRing:KeyVaultUri", new FakeTimeProvider(), NullLoggerFactory.Instance), NullLogger<SecretVault>.Instance);

    [Fact]
    public void Instances_share_the_keys_in_the_vault_page_by_page()
    {
        for (var i = 0; i < 5; i++)
        {
            Repository().StoreElement(new System.Xml.Linq.XElement("element", i), $"name {i}/é");
        }

        Assert.Equal(["0", "1", "2", "3", "4"], Repository().GetAllElements().Select(e => e.Value).Order());
        vault.Secrets.Clear();

        var secret = WebhookSecret.Make();
        var app = new Lifecycle.Entities.AppRegistration { WebhookUrl = "http://x/", WebhookSecrets = [Instance().Seal("p", secret)] };
        Assert.NotNull(Instance().Open("p", app));
        var (name, kept) = Assert.Single(vault.Secrets);
        Assert.Matches("^lifecycle-key-ring-[A-Za-z0-9-]+$", name);
        Assert.StartsWith("<key ", kept.Value);
    }

    [Fact]
    public void What_else_is_in_the_vault_is_let_be()
    {
        vault.Secrets["signalr-connection-string"] = new("not XML", Enabled: true);
        vault.Secrets["lifecycle-key-ring-disabled"] = new("not XML", Enabled: false);
        Assert.Empty(Repository().GetAllElements());
        Assert.DoesNotContain(vault.Asked, path => path.Contains("signalr") || path.Contains("disabled"));
    }

    sealed class FakeCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("a-token", TimeProvider.System.GetUtcNow().AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    /// <summary>The part of the Key Vault REST API that is used: set, get, list in pages of two, behind the bearer challenge.</summary>
    sealed class FakeVault : HttpMessageHandler
    {
        const int PageSize = 2;

        public sealed record Kept(string Value, bool Enabled);

        public SortedDictionary<string, Kept> Secrets { get; } = new(StringComparer.Ordinal);

        public List<string> Asked { get; } = [];

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: "a-token" })
            {
                var challenge = new HttpResponseMessage(HttpStatusCode.Unauthorized);
                challenge.Headers.Add("WWW-Authenticate", "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\"");
                return challenge;
            }

            var uri = request.RequestUri!;
            Asked.Add(uri.AbsolutePath);
            var name = uri.Segments.ElementAtOrDefault(2)?.Trim('/');
            if (name is null)
            {
                return Json(Page(uri));
            }

            if (request.Method == HttpMethod.Put)
            {
                using var body = JsonDocument.Parse(request.Content!.ReadAsStream(cancellationToken));
                Secrets[name] = new(body.RootElement.GetProperty("value").GetString()!, Enabled: true);
            }

            return Json(new { id = IdOf(name) + "/1", value = Secrets[name].Value, attributes = new { enabled = Secrets[name].Enabled } });
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));

        object Page(Uri uri)
        {
            var from = uri.Query.Split("skip=") is [_, var skip] ? int.Parse(skip.Split('&')[0]) : 0;
            var page = Secrets.Skip(from).Take(PageSize).Select(s => new { id = IdOf(s.Key), attributes = new { enabled = s.Value.Enabled } }).ToArray();
            var next = from + PageSize < Secrets.Count ? $"https://my-vault.vault.azure.net/secrets?api-version=7.5&skip={from + PageSize}" : null;
            return new { value = page, nextLink = next };
        }

        static string IdOf(string name) => $"https://my-vault.vault.azure.net/secrets/{name}";

        static HttpResponseMessage Json(object body) =>
            new(HttpStatusCode.OK) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
    }
}
