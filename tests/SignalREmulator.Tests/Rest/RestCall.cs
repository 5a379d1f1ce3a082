using System.Net.Http.Headers;
using System.Text;
using Lifecycle.SignalREmulator.Tests.Support;

namespace Lifecycle.SignalREmulator.Tests.Rest;

/// <summary>One call of the REST API, with a good token unless the test says otherwise.</summary>
static class RestCall
{
    public const string Version = "api-version=2022-06-01";

    static readonly HttpClient http = new();

    public static string Token(Emulator emulator, string path, string? key = null, TimeSpan? age = null) => AccessToken.Create(
        key ?? emulator.Core.Options.AccessKey, $"{emulator.Address.Scheme}://{emulator.Address.Host}{path}",
        DateTimeOffset.UtcNow - (age ?? TimeSpan.Zero), TimeSpan.FromMinutes(5));

    public static async Task<(int Status, string? Code)> SendAsync(
        Emulator emulator, string verb, string path, string? query = Version, string? body = null, string? token = "",
        string type = "application/json", byte[]? bytes = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(emulator.Address, $"{path}?{query}"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Length > 0 ? token : Token(emulator, path));
        }
        if (body is not null || bytes is not null)
        {
            request.Content = new ByteArrayContent(bytes ?? Encoding.UTF8.GetBytes(body!));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.TryGetValues("x-ms-error-code", out var codes) ? codes.Single() : null);
    }
}
