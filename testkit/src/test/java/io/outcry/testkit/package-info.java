/** What the testkit promises, tested. */
@NullMarked
package io.outcry.testkit;

import org.jspecify.annotations.NullMarked;
