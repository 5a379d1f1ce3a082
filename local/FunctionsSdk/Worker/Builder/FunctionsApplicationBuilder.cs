using System.Reflection;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Logging;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a Functions app: settings, services, middleware.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    readonly HostApplicationBuilder _inner;
    readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    readonly List<string> _problems = [];
    bool _aspNetCore;
    bool _built;

    internal FunctionsApplicationBuilder(string[]? args)
    {
        _inner = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = Assembly.GetEntryAssembly()?.GetName().Name,
            EnvironmentName = HostEnvironmentName.Read(System.Environment.GetEnvironmentVariable),
        });
        SettingsSources.AddTo(_inner.Configuration, args ?? [], _problems);
        HostLogging.AddTo(_inner.Logging, _inner.Configuration);
    }

    /// <summary>The settings: local.settings.json, then the environment, then the command line, the later one wins.</summary>
    public ConfigurationManager Configuration => _inner.Configuration;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <summary>The environment's name and folders.</summary>
    public IHostEnvironment Environment => _inner.Environment;

    /// <summary>The app's logging.</summary>
    public ILoggingBuilder Logging => _inner.Logging;

    /// <summary>The app's metrics.</summary>
    public IMetricsBuilder Metrics => _inner.Metrics;

    /// <summary>A place where extensions of the builder keep their data.</summary>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_inner).Properties;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services => _inner.Services;

    /// <summary>Where functions are looked for; by default the entry assembly and what it references.</summary>
    internal IReadOnlyList<Assembly>? FunctionAssemblies { get; set; }

    /// <summary>Narrows the search to these types; by default all types of the assemblies.</summary>
    internal IReadOnlyList<Type>? FunctionTypes { get; set; }

    /// <summary>Whether a start-up problem is thrown to the caller, instead of being told on stderr with exit code 1.</summary>
    internal bool ThrowStartProblems { get; set; }

    /// <summary>Adds a middleware around every one that is added later.</summary>
    /// <exception cref="InvalidOperationException">The application has been built.</exception>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        ThrowIfBuilt();
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Replaces the container.</summary>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => _inner.ConfigureContainer(factory, configure);

    /// <summary>Makes the host. Settings and functions are checked when it starts. Can be called once.</summary>
    /// <exception cref="InvalidOperationException">The application has been built.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        var plan = new HostPlan(_middleware, _aspNetCore, FunctionAssemblies, FunctionTypes, ThrowStartProblems, _problems);
        HostServices.AddTo(Services, Configuration, plan);
        return new EmbeddedHost(_inner.Build());
    }

    internal void EnableAspNetCore() => _aspNetCore = true;

    void ThrowIfBuilt()
    {
        if (_built)
            throw new InvalidOperationException("The application has already been built.");
    }
}
