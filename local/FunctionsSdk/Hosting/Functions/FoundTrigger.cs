using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Functions;

/// <summary>The trigger of a function: its kind, attribute and parameter.</summary>
sealed record FoundTrigger(TriggerKind Kind, TriggerBindingAttribute Attribute, ParameterInfo Parameter);
