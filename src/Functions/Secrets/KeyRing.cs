using Lifecycle.Functions.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Secrets;

/// <summary>
/// The keys that secrets are encrypted with. They live outside the state, and every instance of the app reads the same ones.
/// </summary>
public sealed class KeyRing
{
    // Part of how keys are derived: instances with another name could not read each other's secrets.
    const string ApplicationName = "Lifecycle";

    static readonly TimeSpan readAgainAfter = TimeSpan.FromSeconds(30);

    readonly Func<IDataProtectionProvider>? open;
    readonly TimeProvider time;
    readonly Lock gate = new();
    volatile IDataProtectionProvider provider;
    long readAt;

    KeyRing(string setting, IDataProtectionProvider provider, Func<IDataProtectionProvider>? open, TimeProvider time)
    {
        (Setting, this.provider, this.open, this.time) = (setting, provider, open, time);
        readAt = time.GetTimestamp();
    }

    /// <summary>Where the keys are, for operators: the setting and its value.</summary>
    public string Setting { get; }

    /// <summary>Encrypts and decrypts with the keys as they were last read.</summary>
    public IDataProtectionProvider Provider => provider;

    /// <summary>Keys in memory, for a state in memory: both end with the process.</summary>
    public static KeyRing InMemory(TimeProvider time, ILoggerFactory loggers) =>
        new("memory", new EphemeralDataProtectionProvider(loggers), open: null, time);

    /// <summary>Keys in a repository. Nothing is read before a key is needed.</summary>
    public static KeyRing In(IXmlRepository repository, string setting, TimeProvider time, ILoggerFactory loggers)
    {
        return new KeyRing(setting, Open(), Open, time);

        IDataProtectionProvider Open()
        {
            var services = new ServiceCollection();
            services.AddSingleton(loggers).AddLogging();
            services.AddDataProtection().SetApplicationName(ApplicationName);
            // The place protects the keys: a folder that is closed to others, or a vault.
            services.Configure<KeyManagementOptions>(options =>
                (options.XmlRepository, options.XmlEncryptor) = (repository, new NullXmlEncryptor()));
            return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
        }
    }

    /// <summary>Reads the keys again unless that was done lately; the framework does so once a day. Answers whether it did.</summary>
    public bool ReadAgain()
    {
        if (open is null)
        {
            return false;
        }

        lock (gate)
        {
            if (time.GetElapsedTime(readAt) < readAgainAfter)
            {
                return false;
            }

            readAt = time.GetTimestamp();
            provider = open();
            return true;
        }
    }
}
