using Lifecycle.Doctor.Tests.Support;

namespace Lifecycle.Doctor.Tests;

public class DoctorArgumentsTests
{
    static readonly string[] least = ["http://127.0.0.1:5080/lifecycle", "--package", Keys.Package, "--key", Keys.ApiKey, "--secret", Keys.Secrets[0]];

    [Fact]
    public void Read_LeastArguments_HasTheDefaults()
    {
        var read = Read(least);
        Assert.Equal(new Uri("http://127.0.0.1:7075"), read.Options.Listen);
        Assert.Equal((ContractMode.Ask, TimeSpan.FromSeconds(60), false, null), (read.Options.Contract, read.Options.Patience, read.Options.CanLeave, read.Json));
        Assert.Equal([Keys.Secrets[0]], read.Options.Secrets);
    }

    [Fact]
    public void Read_AllArguments_AreTaken()
    {
        var read = Read([
            .. least, "--secret", Keys.Secrets[1], "--listen", "http://0.0.0.0:7000", "--public-url", "http://doctor.test:7000", "--pid", "4711", "--contract", "spoken", "--only", "message-*",
            "--only", "close-1000", "--except", "message-crowd", "--patience", "5", "--json", "-", "--html", "report.html", "--docs", "https://code.example/main/", "--verbose",
        ]);
        Assert.Equal(Keys.Secrets, read.Options.Secrets);
        Assert.Equal((4711, ContractMode.Spoken, "-", "report.html", true), (read.Options.ProcessId, read.Options.Contract, read.Json, read.Html, read.Verbose));
        Assert.True(read.Options.Takes(CheckList.All.Single(check => check.Id == "message-order")));
        Assert.All(["close-1001", "message-crowd"], id => Assert.False(read.Options.Takes(CheckList.All.Single(check => check.Id == id))));
    }

    [Fact]
    public void Read_KeyAndSecretsOfTheEnvironment_AreTaken()
    {
        var read = DoctorArguments.Read(least[..3], name => name == DoctorArguments.KeyVariable ? Keys.ApiKey : string.Join(' ', Keys.Secrets));
        Assert.Equal((Keys.ApiKey, 2), (read.Options.ApiKey, read.Options.Secrets.Count));
    }

    [Theory]
    [InlineData("the webhook URL is missing", "--package", "p")]
    [InlineData("the webhook URL must be an absolute address", "lifecycle")]
    [InlineData("the webhook URL must be an absolute http or https address", "ftp://127.0.0.1/", "--package", "p")]
    [InlineData("more than one URL", "http://a/", "http://b/")]
    [InlineData("--package is missing", "http://127.0.0.1/")]
    [InlineData("there is no option --weather", "http://127.0.0.1/", "--weather", "rain")]
    [InlineData("--package has no value", "http://127.0.0.1/", "--package")]
    [InlineData("--package is said twice", "http://127.0.0.1/", "--package", "a", "--package", "b")]
    [InlineData("by which public URL", "http://127.0.0.1/", "--package", "p", "--listen", "http://0.0.0.0:7075")]
    [InlineData("the package name must be", "http://127.0.0.1/", "--package", "a b")]
    [InlineData("no check is named weather-*", "http://127.0.0.1/", "--package", "p", "--only", "weather-*")]
    [InlineData("--pid must be a whole number", "http://127.0.0.1/", "--package", "p", "--pid", "x")]
    [InlineData("exclude each other", "http://127.0.0.1/", "--package", "p", "--pid", "4711", "--leave", "true")]
    [InlineData("--contract must be", "http://127.0.0.1/", "--package", "p", "--contract", "maybe")]
    public void Read_WrongArguments_SaysHow(string says, params string[] arguments) =>
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => DoctorArguments.Read(arguments, name => name == DoctorArguments.KeyVariable ? Keys.ApiKey : Keys.Secrets[0])).Message);

    [Fact]
    public void Read_WrongSecret_IsNotShown()
    {
        var error = Assert.Throws<ArgumentException>(() => Read([.. least[..5], "--secret", "whsec_short"]));
        Assert.DoesNotContain("short", error.Message);
        Assert.DoesNotContain(Keys.ApiKey, Read(least).Options.ToString());
    }

    static DoctorArguments Read(string[] arguments) => DoctorArguments.Read(arguments, _ => null);
}
