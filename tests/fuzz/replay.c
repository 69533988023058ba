/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Feeds a corpus to a fuzz target without libFuzzer: one TAP line for each file of
 * tests/fuzz/corpus/CORPUS, or for each file named. CORPUS comes from the compiler's command line.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { FILE_MAX_BYTES = 64 * 1024 };

/* A copy of just the file's size, so that the sanitizer sees a read behind it. */
static void replay(int number, const char *path)
{
	static uint8_t room[FILE_MAX_BYTES];
	const char *name = strrchr(path, '/');
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	size_t size;

	if (!file) {
		printf("not ok %d - %s: cannot be read\n", number, path);
		return;
	}
	size = fread(room, 1, sizeof room, file);
	fclose(file);
	data = malloc(size ? size : 1);
	if (!data)
		abort();
	memcpy(data, room, size);
	/* A target that fails ends the program, and the file's line is missing. */
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	printf("ok %d - " CORPUS "/%s\n", number, name ? name + 1 : path);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	char pattern[4096];
	glob_t files;

	for (int i = 1; i < argc; i++)
		replay(i, argv[i]);
	if (argc > 1)
		return EXIT_SUCCESS;
	snprintf(pattern, sizeof pattern, "%s/tests/fuzz/corpus/" CORPUS "/*", top ? top : ".");
	if (glob(pattern, 0, NULL, &files)) {
		printf("not ok 1 - no corpus: %s\n1..1\n", pattern);
		return EXIT_FAILURE;
	}
	printf("1..%zu\n", files.gl_pathc);
	fflush(stdout);
	for (size_t i = 0; i < files.gl_pathc; i++)
		replay((int)i + 1, files.gl_pathv[i]);
	globfree(&files);
	return EXIT_SUCCESS;
}
