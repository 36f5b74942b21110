// The cache server of act (https://github.com/nektos/act), alone: it speaks the protocol of a GitHub Enterprise Server.
// Prints one line of JSON when it listens, and ends with its standard input.
package main

import (
	"encoding/json"
	"io"
	"log"
	"os"

	"github.com/nektos/act/pkg/artifactcache"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: act-cache FOLDER")
	}
	handler, err := artifactcache.StartHandler(os.Args[1], "127.0.0.1", 0, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"url": handler.ExternalURL() + "/"}); err != nil {
		log.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		log.Print(err)
	}
	if err := handler.Close(); err != nil {
		log.Fatal(err)
	}
}
