package infra_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// The example is not applied here, nor validated with the provider, which is not to be had
// offline. What it says is held to the template and to the provider's documentation.

func TestTerraformsExampleFitsTheTemplate(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/terraform/*.tf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no example: %v", err)
	}
	var all []byte
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(hclwrite.Format(src)) != string(src) {
			t.Errorf("%s is not formatted: terraform fmt", file)
		}
		all = append(all, src...)
	}
	none(t, exampleFaults(stack(t), string(all)))
}

func TestTheTemplateIsSmallEnoughForTerraform(t *testing.T) {
	t.Parallel()
	const most = 460_800 // of a template_url, as the provider's documentation has it
	if info, err := os.Stat("template.yaml"); err != nil || info.Size() > most {
		t.Errorf("template.yaml has %d bytes, and Terraform's provider takes %d (%v)", info.Size(), most, err)
	}
}

func TestAWrongExampleIsFound(t *testing.T) {
	t.Parallel()
	s := parsed(t, `
Transform: AWS::Serverless-2016-10-31
Parameters: {Mode: {Type: String, Default: a}, Mail: {Type: String}}
Resources: {Role: {Type: AWS::IAM::Role}}
Outputs: {Url: {Value: x}}`)
	const good = `
variable "mode" { default = "a" }
variable "mail" {}
resource "aws_cloudformation_stack" "q" {
  name         = "q"
  template_url = "u"
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
  parameters   = { Mode = var.mode, Mail = var.mail }
}
output "url" { value = aws_cloudformation_stack.q.outputs["Url"] }`
	for _, c := range []struct{ old, changed, want string }{
		{"", "", ""},
		{`template_url`, `template`, "template is no argument of aws_cloudformation_stack"},
		{`name         = "q"`, ``, "aws_cloudformation_stack needs name"},
		{`template_url = "u"`, ``, "aws_cloudformation_stack needs template_url"},
		{`"CAPABILITY_IAM", `, ``, "the template needs CAPABILITY_IAM"},
		{`, "CAPABILITY_AUTO_EXPAND"`, ``, "the template needs CAPABILITY_AUTO_EXPAND"},
		{`Mode = var.mode`, `Modes = var.mode`, "Modes is no parameter"},
		{`, Mail = var.mail`, ``, "Mail has no default, and is not given"},
		{`, Mail = var.mail`, ``, "mail is not used"},
		{"\nvariable \"mail\" {}", ``, "mail is not declared"},
		{`default = "a"`, `default = "b"`, "Mode is a in the template, and b here"},
		{`["Url"]`, `["Urls"]`, "Urls is no output"},
		{`resource "aws`, `resource "gcp`, "there is no aws_cloudformation_stack"},
		{`variable "mode" {`, `variable "mode" {{`, "example.tf"},
	} {
		got := exampleFaults(s, strings.Replace(good, c.old, c.changed, 1))
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, c.want) }) {
			t.Errorf("with %q for %q should be told %q, but: %q", c.changed, c.old, c.want, got)
		}
	}
}
