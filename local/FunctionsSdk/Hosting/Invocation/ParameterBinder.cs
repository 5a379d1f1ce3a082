namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>Makes the value of one parameter for one invocation.</summary>
/// <exception cref="Microsoft.Azure.Functions.Worker.FunctionInputConverterException">The value from outside does not fit.</exception>
delegate object? ParameterBinder(HostFunctionContext context);
