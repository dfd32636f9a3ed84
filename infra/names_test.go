package infra_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestTwoStacksDoNotCollideAndNoAccountIsWrittenDown(t *testing.T) {
	t.Parallel()
	for file, s := range templates(t) {
		for _, f := range slices.Concat(nameFaults(s), placeFaults(s)) {
			t.Errorf("%s: %s", file, f)
		}
	}
}

func TestANameThatCollidesIsFound(t *testing.T) {
	t.Parallel()
	topic := func(name string) string {
		return "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: " + name + "}}, U: {Type: AWS::SNS::Topic}}"
	}
	bites(t, nameFaults, map[string]string{
		topic("!Sub '${AWS::StackName}-x'"):                                    "",
		topic("!GetAtt U.TopicName"):                                           "",
		topic("alerts"):                                                        "T has the TopicName alerts",
		topic("!Sub 'x-${AWS::Region}'"):                                       "T has the TopicName x-${AWS::Region}",
		topic("!Ref Parameter"):                                                "T has the TopicName ${Parameter}",
		"Outputs: {A: {Value: 1, Export: {Name: a}}}":                          "the export of A",
		"Outputs: {A: {Value: 1, Export: {Name: !Sub '${AWS::StackName}-a'}}}": "",
	})
}

func TestAPlaceThatIsWrittenDownIsFound(t *testing.T) {
	t.Parallel()
	bites(t, placeFaults, map[string]string{
		"A: !Sub 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:x'": "",
		"A: {Description: 'such as arn:aws:sns:eu-west-1:123456789012:x'}":       "",
		"A: arn:aws:iam::x":         "line 1: arn:aws:",
		"A: [x]\nB: '111122223333'": "line 2: 111122223333",
		"A: 111122223333":           "line 1: 111122223333",
		"A: x.eu-central-1.y":       "line 1: eu-central-1",
		"A: us-gov-west-1":          "line 1: us-gov-west-1",
	})
}

// physical are the properties that name what is made.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
var physical = []string{
	"AlarmName", "DashboardName", "FunctionName", "GroupName", "KeyName", "LogGroupName", "ManagedPolicyName", "Name",
	"QueueName", "RoleName", "StateMachineName", "TableName", "TopicName",
}

// nameFaults says which names two stacks would both want.
func nameFaults(t *template.Template) (faults []string) {
	resources := t.Resources()
	isProductName := func(name string) bool {
		for _, ref := range template.References(name) {
			if _, ok := resources[ref]; ok || ref == "AWS::StackName" || ref == "AWS::StackId" {
				return true
			}
		}
		return false
	}
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		for _, p := range physical {
			for _, v := range template.Cases(resources[id].Properties[p]) {
				if name := template.Text(v); !isProductName(name) {
					faults = append(faults, fmt.Sprintf("%s has the %s %s in every stack: put ${AWS::StackName} into it", id, p, name))
				}
			}
		}
	}
	for id, o := range template.Map(t.Body["Outputs"]) {
		if at(o, "Export") != nil && !isProductName(text(o, "Export", "Name")) {
			faults = append(faults, "the export of "+id+" has the same name in every stack")
		}
	}
	return faults
}

// place is a partition, an account or a region.
var place = regexp.MustCompile(`arn:aws[a-z-]*:|\b\d{12}\b|\b(af|ap|ca|cn|eu|il|me|mx|sa|us)(-gov|-iso[a-z]?)?-(central|north|south|east|west|northeast|northwest|southeast|southwest)-\d\b`)

// placeFaults says where the template is for one place only. Descriptions may
// name one as an example.
func placeFaults(t *template.Template) (faults []string) {
	for _, s := range t.Scalars() {
		if s.Within("Description") || s.Within("ConstraintDescription") || s.Within("AlarmDescription") {
			continue
		}
		for _, found := range place.FindAllString(fmt.Sprint(s.Value), -1) {
			faults = append(faults, fmt.Sprintf("line %d: %s is written down: use ${AWS::Partition}, ${AWS::AccountId}, ${AWS::Region}", s.Line, found))
		}
	}
	return faults
}
