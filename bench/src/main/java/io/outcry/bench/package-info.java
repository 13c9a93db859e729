/**
 * JMH and side-by-side harnesses; rivals are dependencies here only.
 */
@NullMarked
package io.outcry.bench;

import org.jspecify.annotations.NullMarked;
