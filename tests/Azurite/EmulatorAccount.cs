namespace Lifecycle.Azurite;

/// <summary>The well-known account of every storage emulator.</summary>
static class EmulatorAccount
{
    /// <summary>Its name, the first part of every path.</summary>
    public const string Name = "devstoreaccount1";

    const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>A connection string of it with these endpoints.</summary>
    public static string ConnectionString(params (string Service, int Port)[] endpoints) =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};" +
        string.Concat(endpoints.Select(at => $"{at.Service}Endpoint=http://127.0.0.1:{at.Port}/{Name};"));
}
