using System.Buffers.Text;
using System.Text;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Lifecycle.SignalREmulator.Tests.Tokens;

public sealed class TokenTests
{
    const string Key = "0123456789abcdef0123456789abcdef";
    const string Audience = "http://localhost/client/?hub=apps";
    static readonly DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static AccessTokenVerdict Check(string? token, DateTimeOffset? at = null)
        => AccessTokenReader.Check(token, Key, at ?? now, a => a == Audience);

    [Fact]
    public void Check_OwnToken_GivesItsClaims()
    {
        var token = AccessToken.Create(Key, Audience, now, TimeSpan.FromMinutes(5), [new("asrs.s.uid", "s1:p1"), new("role", "a"), new("role", "b")]);
        var verdict = Check(token);
        Assert.Null(verdict.Problem);
        Assert.Equal("s1:p1", verdict.UserId);
        Assert.Equal(["a", "b"], verdict.Claims.Where(c => c.Key == "role").Select(c => c.Value));
    }

    [Fact]
    public async Task Create_Token_IsReadByTheIdentityLibrary()
    {
        var token = AccessToken.Create(Key, Audience, DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5), [new("asrs.s.uid", "ü: ,")]);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Key)),
            ValidAudience = Audience,
            ValidateIssuer = false
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal("ü: ,", result.Claims["asrs.s.uid"]);
    }

    [Theory]
    [InlineData("nameid")]
    [InlineData("sub")]
    [InlineData("asrs.s.uid")]
    public void Check_TokenOfTheIdentityLibrary_GivesTheUser(string claim)
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Audience = Audience,
            Expires = now.AddHours(1).UtcDateTime,
            NotBefore = now.UtcDateTime,
            IssuedAt = now.UtcDateTime,
            Claims = new Dictionary<string, object> { [claim] = "u1" },
            SigningCredentials = new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Key)), SecurityAlgorithms.HmacSha256)
        });
        Assert.Equal((null, "u1"), (Check(token).Problem, Check(token).UserId));
    }

    [Fact]
    public void Check_EveryChangedCharacter_IsNoticed()
    {
        var token = AccessToken.Create(Key, Audience, now, TimeSpan.FromMinutes(5));
        for (var i = 0; i < token.Length; i++)
        {
            var other = token[i] == 'A' ? 'B' : 'A';
            Assert.NotNull(Check($"{token[..i]}{other}{token[(i + 1)..]}").Problem);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("ü.ü.ü")]
    [InlineData("e30.e30.")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public void Check_Nonsense_IsRefused(string? token) => Assert.NotNull(Check(token).Problem);

    // Whoever sent such a header was answered 500, with an error in the log: no key is needed to write one.
    [Theory]
    [InlineData("""{"alg":5}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"\ud83d":1,"typ":"JWT"}""")]
    public void Check_HeaderThatIsNone_IsRefused(string header) => Assert.NotNull(Check($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.e30.AAAA").Problem);

    [Fact]
    public void Check_SpaceInTheSignature_IsRefused()
    {
        var token = AccessToken.Create(Key, Audience, now, TimeSpan.FromMinutes(5));
        Assert.NotNull(Check(token.Insert(token.Length - 5, " ")).Problem);
    }

    [Fact]
    public void Check_WrongKeyAudienceOrTime_IsRefused()
    {
        var hour = TimeSpan.FromHours(1);
        Assert.Contains("signature", Check(AccessToken.Create(Key + "x", Audience, now, hour)).Problem);
        Assert.Contains("audience", Check(AccessToken.Create(Key, "http://localhost/client/?hub=other", now, hour)).Problem);
        Assert.Contains("expired", Check(AccessToken.Create(Key, Audience, now.AddHours(-2), hour)).Problem);
        Assert.Contains("not valid yet", Check(AccessToken.Create(Key, Audience, now.AddHours(2), hour)).Problem);
    }

    [Theory]
    [InlineData("http://localhost/client/?hub=apps", true)]
    [InlineData("http://localhost:8888/client/?hub=apps", true)]
    [InlineData("http://localhost:8888/client?hub=APPS", true)]
    [InlineData("http://localhost:9999/client/?hub=apps", false)]
    [InlineData("http://elsewhere/client/?hub=apps", false)]
    [InlineData("http://localhost/client/?hub=other", false)]
    [InlineData("http://localhost/client/", false)]
    [InlineData("http://localhost/api/hubs/apps", false)]
    [InlineData("apps", false)]
    public async Task Connect_Audience_MustNameTheHubWithOrWithoutThePort(string audience, bool good)
    {
        var service = new TestService();
        var token = AccessToken.Create(service.Core.Options.AccessKey, audience, DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        var connecting = new VirtualClient(service.Core).ConnectAsync(service.Url, token);
        if (good)
        {
            await connecting;
        }
        else
        {
            Assert.Equal(401, (await Assert.ThrowsAsync<ClientRefusedException>(() => connecting)).StatusCode);
        }
    }

    [Fact]
    public async Task Negotiate_BadTokens_Are401AndABadHubIs400()
    {
        await using var emulator = await Emulator.StartAsync();
        using var http = new HttpClient { BaseAddress = emulator.Address };
        var good = emulator.Service.Token("u");
        async Task<int> StatusAsync(string? token, string query = "?hub=apps&negotiateVersion=1", string path = "/client/negotiate")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path + query);
            request.Headers.Authorization = token is null ? null : new("Bearer", token);
            using var response = await http.SendAsync(request);
            return (int)response.StatusCode;
        }
        Assert.Equal(200, await StatusAsync(good));
        Assert.Equal(200, await StatusAsync(good, "?hub=apps"));
        Assert.Equal(200, await StatusAsync(null, $"?hub=apps&access_token={good}"));
        Assert.Equal(401, await StatusAsync(null));
        Assert.Equal(401, await StatusAsync(good + "x"));
        Assert.Equal(401, await StatusAsync(good, "?hub=other"));
        Assert.Equal(400, await StatusAsync(good, ""));
        Assert.Equal(400, await StatusAsync(good, "?hub=1;drop"));
    }

    [Theory]
    [InlineData("Endpoint=http://localhost;Port=8888;AccessKey=a+b/c==;Version=1.0;", "http://localhost:8888/", "a+b/c==")]
    [InlineData("endpoint=https://x.service.signalr.net;accesskey=k", "https://x.service.signalr.net/", "k")]
    public void Parse_ConnectionString_ReadsItsParts(string text, string endpoint, string key)
    {
        var parsed = ServiceConnectionString.Parse(text);
        Assert.Equal((new Uri(endpoint), key), (parsed.Endpoint, parsed.AccessKey));
        Assert.Equal(parsed, ServiceConnectionString.Parse(parsed.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("Endpoint=http://localhost;")]
    [InlineData("AccessKey=k;")]
    [InlineData("Endpoint=ftp://localhost;AccessKey=k")]
    [InlineData("Endpoint=http://localhost;Port=x;AccessKey=SECRET")]
    [InlineData("Endpoint=http://localhost;Port=0;AccessKey=SECRET")]
    public void Parse_BadConnectionString_SaysWhatIsWrongAndShowsNoKey(string text)
        => Assert.DoesNotContain("SECRET", Assert.Throws<FormatException>(() => ServiceConnectionString.Parse(text)).Message);
}
