// Command pack packs a release: for each architecture one zip with the functions'
// binaries, the templates and the definitions, laid out as in the repository, so that it
// deploys without a build. The same input gives the same bytes, whenever and wherever it
// is packed.
//
//	go run ./tools/pack -version v1.2.3 -out dist/release arm64=dist/build/arm64 amd64=dist/build/amd64
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// versions matches a release's tag: https://semver.org/spec/v2.0.0.html, without build metadata.
var versions = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// shared are the files in every zip besides the binaries.
var shared = []string{"LICENSE", "infra/*.yaml", "statemachine/*.asl.json"}

func main() {
	version := flag.String("version", "", "the version, such as v1.2.3")
	out := flag.String("out", "dist/release", "the folder to write into")
	flag.Parse()
	if !versions.MatchString(*version) || flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: pack -version v1.2.3 [-out FOLDER] ARCHITECTURE=FOLDER...")
		os.Exit(2)
	}
	if err := run(".", *out, *version, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// run packs every build of the repository at root.
func run(root, out, version string, builds []string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, build := range builds {
		arch, folder, found := strings.Cut(build, "=")
		if !found {
			return fmt.Errorf("%s is not ARCHITECTURE=FOLDER", build)
		}
		name := fmt.Sprintf("quarantine-stack-%s-%s", version, arch)
		files, err := contents(root, folder)
		if err != nil {
			return err
		}
		if err := pack(filepath.Join(out, name+".zip"), name, files); err != nil {
			return err
		}
	}
	return nil
}

// contents maps the names in a zip to the files on disk.
func contents(root, build string) (map[string]string, error) {
	files := map[string]string{}
	add := func(pattern string, name func(string) (string, error)) error {
		found, err := filepath.Glob(pattern)
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("there is no %s", pattern)
		}
		for _, file := range found {
			inside, bad := name(file)
			if bad != nil {
				return bad
			}
			files[filepath.ToSlash(inside)] = file
		}
		return err
	}
	for _, pattern := range shared {
		if err := add(filepath.Join(root, pattern), func(file string) (string, error) { return filepath.Rel(root, file) }); err != nil {
			return nil, err
		}
	}
	return files, add(filepath.Join(build, "*", "bootstrap"), func(file string) (string, error) {
		inside, err := filepath.Rel(build, file)
		return filepath.Join("dist", inside), err
	})
}
