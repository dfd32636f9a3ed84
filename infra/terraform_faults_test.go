package infra_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

// documentedArguments are what the provider takes.
// https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/cloudformation_stack.html.markdown
var documentedArguments = []string{"region", "name", "template_body", "template_url", "capabilities", "disable_rollback", "notification_arns",
	"on_failure", "parameters", "policy_body", "policy_url", "tags", "iam_role_arn", "timeout_in_minutes"}

// exampleFaults says what in the example does not fit the template or the provider.
func exampleFaults(t *template.Template, src string) []string {
	file, diagnosed := hclsyntax.ParseConfig([]byte(src), "example.tf", hcl.InitialPos)
	if diagnosed.HasErrors() {
		return []string{diagnosed.Error()}
	}
	body, _ := file.Body.(*hclsyntax.Body)
	var deployed *hclsyntax.Body
	defaults := map[string]string{}
	for _, b := range body.Blocks {
		switch {
		case b.Type == "variable":
			defaults[b.Labels[0]] = literal(b.Body.Attributes["default"])
		case b.Type == "resource" && b.Labels[0] == "aws_cloudformation_stack":
			deployed = b.Body
		}
	}
	if deployed == nil {
		return []string{"there is no aws_cloudformation_stack"}
	}
	return slices.Concat(argumentFaults(t, deployed), parameterArgumentFaults(t, deployed, defaults), referenceFaults(t, body, defaults))
}

// literal is the text of an attribute that refers to nothing, or else "".
func literal(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	v, diagnosed := a.Expr.Value(nil)
	if diagnosed.HasErrors() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

func argumentFaults(t *template.Template, deployed *hclsyntax.Body) (faults []string) {
	for _, name := range slices.Sorted(maps.Keys(deployed.Attributes)) {
		if !slices.Contains(documentedArguments, name) {
			faults = append(faults, name+" is no argument of aws_cloudformation_stack")
		}
	}
	for _, name := range []string{"name", "template_url", "capabilities", "parameters"} {
		if deployed.Attributes[name] == nil {
			faults = append(faults, "aws_cloudformation_stack needs "+name)
		}
	}
	for _, b := range deployed.Blocks {
		if b.Type != "timeouts" {
			faults = append(faults, b.Type+" is no block of aws_cloudformation_stack")
		}
	}
	needed := map[string]bool{"CAPABILITY_IAM": len(t.Of("AWS::IAM::Role")) > 0, "CAPABILITY_AUTO_EXPAND": t.Body["Transform"] != nil}
	given := []string{}
	if a := deployed.Attributes["capabilities"]; a != nil {
		if v, diagnosed := a.Expr.Value(nil); !diagnosed.HasErrors() {
			for _, each := range v.AsValueSlice() {
				given = append(given, each.AsString())
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if needed[name] && !slices.Contains(given, name) {
			faults = append(faults, "the template needs "+name)
		}
	}
	return faults
}

func parameterArgumentFaults(t *template.Template, deployed *hclsyntax.Body, defaults map[string]string) (faults []string) {
	given := map[string]hclsyntax.Expression{}
	if a := deployed.Attributes["parameters"]; a != nil {
		if object, ok := a.Expr.(*hclsyntax.ObjectConsExpr); ok {
			for _, item := range object.Items {
				given[hcl.ExprAsKeyword(item.KeyExpr)] = item.ValueExpr
			}
		}
	}
	parameters := template.Map(t.Body["Parameters"])
	for _, name := range slices.Sorted(maps.Keys(given)) {
		p := template.Map(parameters[name])
		if len(p) == 0 {
			faults = append(faults, name+" is no parameter")
			continue
		}
		want, have := fmt.Sprint(p["Default"]), defaults[variableOf(given[name])]
		if have != "" && have != want {
			faults = append(faults, fmt.Sprintf("%s is %s in the template, and %s here", name, want, have))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		_, optional := template.Map(parameters[name])["Default"]
		if !optional && given[name] == nil {
			faults = append(faults, name+" has no default, and is not given")
		}
	}
	return faults
}

// variableOf is the variable that an expression is.
func variableOf(e hclsyntax.Expression) string {
	traversal, diagnosed := hcl.AbsTraversalForExpr(e)
	if diagnosed.HasErrors() || len(traversal) != 2 || traversal.RootName() != "var" {
		return ""
	}
	attribute, _ := traversal[1].(hcl.TraverseAttr)
	return attribute.Name
}

// referenceFaults looks at what the example refers to: its variables, and the stack's outputs.
func referenceFaults(t *template.Template, body *hclsyntax.Body, defaults map[string]string) (faults []string) {
	outputs, used := template.Map(t.Body["Outputs"]), map[string]bool{}
	for _, reference := range references(body) {
		switch step, _ := reference[1].(hcl.TraverseAttr); reference.RootName() {
		case "var":
			used[step.Name] = true
			if _, declared := defaults[step.Name]; !declared {
				faults = append(faults, step.Name+" is not declared")
			}
		case "aws_cloudformation_stack":
			if index, ok := reference[len(reference)-1].(hcl.TraverseIndex); ok && outputs[index.Key.AsString()] == nil {
				faults = append(faults, index.Key.AsString()+" is no output")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(defaults)) {
		if !used[name] {
			faults = append(faults, name+" is not used")
		}
	}
	return faults
}

// references are those of every attribute, except of the rules of a variable, which are its own.
func references(body *hclsyntax.Body) (all []hcl.Traversal) {
	for _, a := range body.Attributes {
		all = append(all, a.Expr.Variables()...)
	}
	for _, b := range body.Blocks {
		if b.Type != "variable" {
			all = append(all, references(b.Body)...)
		}
	}
	return slices.DeleteFunc(all, func(t hcl.Traversal) bool { return len(t) < 2 })
}
